"""What meets a stranger's file, in a process of its own with little time and memory.

Imports nothing of the portal outside this folder: it starts as the package ``apart``, in some fifty milliseconds.
"""
