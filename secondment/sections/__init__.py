from . import appraisal as appraisal
from . import secondments as secondments
from . import training as training
