"""Builds the browser site, or shows it on the loopback interface.

python -m website build [--to FOLDER]
python -m website serve [--from FOLDER] [--port 8765]
"""

import argparse
import sys
from pathlib import Path

from website.build import ROOT, build
from website.files import SourceError
from website.server import serve


def main() -> int:
    """Read the command line and do it; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m website", description=(__doc__ or "").splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    builds = commands.add_parser("build", help="write the site's files")
    builds.add_argument("--to", type=Path, default=ROOT / "dist" / "site")
    serves = commands.add_parser("serve", help="show the site on the loopback interface")
    serves.add_argument("--from", dest="folder", type=Path, default=ROOT / "dist" / "site")
    serves.add_argument("--port", type=int, default=8765)
    asked = parser.parse_args()
    try:
        if asked.command == "build":
            build(asked.to, lambda said: print(f"site: {said}", flush=True))
        else:
            serve(asked.folder, asked.port)
    except SourceError as error:
        print(f"site: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
