"""The firm's clients: adopted from tenants inside the bundle, configured together, seen only by who may see them.

draft (adopted) → ready (configured) → active (imported once); archived clients give their place in the bundle back.
"""
