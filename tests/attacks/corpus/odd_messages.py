# kind: poison
# damage: messages of other shapes than a kernel's, to stop the grading
# unconfined: yes
kernel = get_ipython().kernel
odd = [{}, {"data": 5, "metadata": 1}, {"data": {"text/plain": 5, "image/png": [1]}, "metadata": None}, {"name": 1, "text": 1},
       {"ename": 1, "evalue": None, "traceback": 3}, {"wait": 1}, {"execution_state": []}]
for kind in ("display_data", "execute_result", "stream", "error", "clear_output", "status"):
    for content in odd:
        kernel.session.send(kernel.iopub_socket, kind, content, parent=kernel.get_parent())
for parent in ({"header": 5}, {"header": {"msg_id": []}}):
    for content in (None, 5, [], "x"):
        message = kernel.session.msg("stream", {}, parent=kernel.get_parent())
        message["content"], message["parent_header"] = content, parent["header"]
        kernel.session.send(kernel.iopub_socket, message)
