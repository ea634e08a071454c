//! Readers and writers of outside files: bytes in, rows and findings out. Pure.
