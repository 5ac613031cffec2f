"""The checks, one file each: being in this folder is being registered. Siblings do not know each other."""
