# kind: forge
# damage: an input transformer that empties every later cell
# unconfined: yes
ip = get_ipython()
ip.input_transformers_post.append(lambda lines: [])
