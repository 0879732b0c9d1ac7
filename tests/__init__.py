"""The tests. They mirror the tree: tests/core for engine/core, tests/store for engine/store and so on."""
