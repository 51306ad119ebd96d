"""The drawings that stand where a rental house would have photographs.

Every picture of the demo fleet is composed here as SVG: cars from proportions and splines in millimetres, light
from a small environment that body panels reflect. `python -m exodrive.demo.artwork` turns them into files.
"""
