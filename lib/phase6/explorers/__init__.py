"""Explorers: move a control and see at once what it does to risk and return.

An explorer is one widget made with anywidget; its page side is `explorer.js`. It works wherever
Jupyter widgets do: JupyterLab, Notebook 7, VS Code, JupyterLite. A site that runs in the browser
alone needs the pure-Python wheels of anywidget and psygnal (and typing-extensions, ipywidgets,
comm) in the kernel, and anywidget's Lab extension in the page
(``share/jupyter/labextensions/anywidget`` of its wheel). Nothing here needs threads, Matplotlib's
pyplot, or Matplotlib newer than 3.8.
"""

from phase6.explorers.conviction import ConvictionExplorer
from phase6.explorers.portfolio import PortfolioExplorer
from phase6.explorers.pyramiding import PyramidExplorer
from phase6.explorers.scaling import ScalingExplorer

__all__ = ["ConvictionExplorer", "PortfolioExplorer", "PyramidExplorer", "ScalingExplorer"]
