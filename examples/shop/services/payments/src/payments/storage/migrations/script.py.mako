# Scaffolded by mscli: yours to change.
"""${message}."""
% if not isinstance(down_revision, tuple):

import sqlalchemy as sa
from alembic import op
% endif
% if imports:
${imports}
% endif

revision = "${up_revision}"
down_revision = ${repr(down_revision).replace("'", '"')}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply it."""
% if upgrades:
    ${upgrades}
% endif


def downgrade() -> None:
    """Take it back."""
% if downgrades:
    ${downgrades}
% endif
