from . import appraisal as appraisal
from . import service as service
from . import training as training
