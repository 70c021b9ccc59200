"""
Encryption at rest: the durable store is a folder of encrypted files, worked on in memory.

    streams       one encrypted file: AES-256-GCM in chunks (STREAM)
    keyring       the keys of the files, encrypted by the user's own
    settings      what the user set about encryption, on this machine
    key_source    where the user's key comes from
    runtime       folders in memory: where a store is decrypted to
    container     the folder of encrypted files: names, listing, writing, reading
    working_copy  the decrypted store in memory, which processes share
    filling       files brought from the container into the copy
    vault         the two kept alike: before work, at a commit, and at the end
    opening       those that a process has open
    conversion    a plain store encrypted in place, and back
"""
