# kind: write
# damage: the course folder is deleted
# unconfined: no
import shutil
shutil.rmtree(COURSE, ignore_errors=True)
