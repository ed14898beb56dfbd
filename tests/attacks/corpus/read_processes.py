# kind: read
# damage: environments and open files of all processes are read
# unconfined: yes
import glob
for path in glob.glob("/proc/[0-9]*/environ") + glob.glob("/proc/[0-9]*/cmdline"):
    try:
        print(open(path, "rb").read())
    except OSError as error:
        print(type(error).__name__)
