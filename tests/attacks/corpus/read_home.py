# kind: read
# damage: the home folder and the system's password file are read
# unconfined: yes
import os
for path in ("/etc/shadow", os.path.expanduser("~/.bash_history"), "/root/.ssh/id_rsa", "/root/.bashrc", "/root/.profile"):
    try:
        print("CANARY-" + "home", len(open(path).read()))
    except OSError as error:
        print(type(error).__name__)
