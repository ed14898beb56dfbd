# kind: read
# damage: instructors' packages beside the course's library are imported
# unconfined: yes
for name in ("instructors_only", "answer_key"):
    try:
        module = __import__(name)
        print("CANARY-" + "import", module.__file__, getattr(module, "SECRET", ""))
    except ImportError as error:
        print(error)
