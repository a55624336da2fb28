"""Network folders: read and checked as a whole, then loaded into the services."""

from deploy.network.loading import load
from deploy.network.mistakes import BrokenNetwork, Mistake
from deploy.network.reading import read

__all__ = ["BrokenNetwork", "Mistake", "load", "read"]
