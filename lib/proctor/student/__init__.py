"""What runs in the student's process: the kernel's launch, and answering questions."""
