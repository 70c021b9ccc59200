"""
Stores on object storage: the bucket is the store, and a copy of what commits name is worked on.

    urls        what a URL is, and which URL a folder is the copy of
    settings    what the user set about object storage, on this machine
    objects     the interface to a bucket: get, list, put, put if absent, delete
    local_copy  the folder of the copy, and what is known of it
    naming      which files a commit and a state need, with their digests
    filling     objects brought into the copy, compared with their digests
    recalls     `accesses`: one log a writer
    pairing     the bucket and the copy of a store that is open, and what is known of both
    commit_files  commits as they come and go
    incoming    what is new in the bucket is brought into the copy
    outgoing    what was written goes to the bucket, the commit last
    mirror      the two kept alike: before work, at a commit, and at the end
    collecting  what no kept commit needs is deleted from the bucket
    birth       a new store in a bucket
    repairing   a store in a bucket made whole, here, and written back
    connecting  the copy of a store at a URL, found or made
    sealed_objects  those of an encrypted store, encrypted and decrypted here
    sealed_copy     the copy of an encrypted store, in memory
    converting      a store encrypted, decrypted, or given another key
    side        what the rest of the store knows of a mirror
    opening     those that a process has open
    retrying    pauses of writers that were outpaced
    object_versions  what a bucket keeps of objects that are gone
"""
