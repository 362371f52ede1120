from . import appraisal as appraisal
from . import service as service
