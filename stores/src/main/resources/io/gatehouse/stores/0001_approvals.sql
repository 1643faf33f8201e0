CREATE TABLE approvals (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  requester TEXT NOT NULL,
  request_digest TEXT NOT NULL,
  decision_digest TEXT NOT NULL,
  draft TEXT NOT NULL,
  levels TEXT NOT NULL,
  state TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  decided_at BIGINT,
  finished_at BIGINT,
  outcome TEXT,
  version BIGINT NOT NULL,
  node TEXT,
  unrecorded TEXT
);

CREATE UNIQUE INDEX approvals_one_pending ON approvals (tenant, requester, request_digest) WHERE state = 'pending_approval';

CREATE INDEX approvals_granted ON approvals (tenant, requester, request_digest) WHERE state = 'approved';

CREATE INDEX approvals_newest ON approvals (tenant, created_at, id);

CREATE INDEX approvals_newest_in_state ON approvals (tenant, state, created_at, id);

CREATE INDEX approvals_due ON approvals (expires_at) WHERE state IN ('pending_approval', 'approved');

CREATE INDEX approvals_unrecorded ON approvals (created_at) WHERE unrecorded IS NOT NULL;

CREATE INDEX approvals_executing ON approvals (node) WHERE state = 'executing';

CREATE TABLE approval_votes (
  approval_id TEXT NOT NULL REFERENCES approvals (id),
  position INTEGER NOT NULL,
  approver TEXT NOT NULL,
  level INTEGER NOT NULL,
  approve INTEGER NOT NULL,
  reason TEXT NOT NULL,
  voted_at BIGINT NOT NULL,
  PRIMARY KEY (approval_id, position),
  UNIQUE (approval_id, approver)
);
