# kind: poison
# damage: compiled modules and font caches are replaced
# unconfined: no
import glob, os, matplotlib
folders = [os.path.join(os.path.dirname(matplotlib.__file__), "__pycache__"), "/root/.cache/matplotlib", "/tmp/matplotlib"]
for folder in folders:
    for path in glob.glob(folder + "/*")[:3]:
        try:
            content = open(path, "rb").read()
            open(path, "wb").write(content)
            print("CANARY-" + "cache", path)
        except OSError as error:
            print(type(error).__name__)
