# kind: read
# damage: the parent's memory is searched for tests
# unconfined: yes
import os, re
try:
    maps = open(f"/proc/{os.getppid()}/maps").read()
    with open(f"/proc/{os.getppid()}/mem", "rb") as memory:
        for line in maps.splitlines():
            if " rw" in line and "[heap]" in line:
                first, last = (int(part, 16) for part in line.split()[0].split("-"))
                memory.seek(first)
                print(re.findall(rb"a secret rule|CANARY-[a-z0-9]+", memory.read(min(last - first, 10**8)))[:5])
except OSError as error:
    print(type(error).__name__)
