# kind: poison
# damage: a module that every later kernel would import
# unconfined: no
import site, sys, os
for folder in [*sys.path, *site.getsitepackages(), site.getusersitepackages()]:
    try:
        os.makedirs(folder, exist_ok=True)
        open(os.path.join(folder, "usercustomize.py"), "w").write(f"open({COURSE!r} + '/canary-import', 'w').write('x')")
        print("CANARY-" + "written", folder) if not folder.startswith(os.getcwd()) and folder not in ("", ) else None
    except OSError as error:
        print(type(error).__name__)
