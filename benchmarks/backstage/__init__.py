"""The portal beside a stock Backstage backend: the same entities, the same requests, the same machine."""
