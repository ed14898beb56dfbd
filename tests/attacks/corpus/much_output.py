# kind: exhaust
# damage: fifty megabytes on one line
# unconfined: yes
print("x" * 50_000_000)
