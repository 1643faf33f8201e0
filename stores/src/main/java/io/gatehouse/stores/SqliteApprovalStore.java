package io.gatehouse.stores;

import io.gatehouse.approvals.Approval;
import io.gatehouse.approvals.Approval.Vote;
import io.gatehouse.approvals.ApprovalState;
import io.gatehouse.approvals.ApprovalStore;
import io.gatehouse.approvals.StoredApproval;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Approvals in SQLite. Failures are {@link DatabaseException}. */
public final class SqliteApprovalStore implements ApprovalStore {
    private static final String SELECT = "SELECT * FROM approvals ";
    private static final String OF_REQUEST = "WHERE tenant = $1 AND requester = $2 AND request_digest = $3 ";
    private static final String NEWEST = "ORDER BY created_at DESC, id DESC LIMIT $2";

    private final SqliteDatabase database;

    /** {@code database} is not closed with this store. */
    public SqliteApprovalStore(SqliteDatabase database) {
        this.database = database;
    }

    @Override
    public Insertion insert(StoredApproval created, int maxPending) {
        Approval approval = created.approval();
        String tenant = approval.draft().tenant();
        String requester = approval.draft().requester();
        return database.write(sql -> {
            long pending = sql.first(
                            "SELECT COUNT(*) FROM approvals WHERE tenant = $1 AND requester = $2 "
                                    + "AND state = 'pending_approval' AND expires_at > $3",
                            row -> row.getLong(1),
                            tenant,
                            requester,
                            approval.createdAt())
                    .orElse(0L);
            if (pending >= maxPending) {
                return Insertion.TOO_MANY_PENDING;
            }
            int inserted = sql.update(
                    "INSERT INTO approvals (id, tenant, requester, request_digest, decision_digest, draft, levels, state, "
                            + "created_at, expires_at, version, node, unrecorded) "
                            + "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) "
                            + "ON CONFLICT (tenant, requester, request_digest) WHERE state = 'pending_approval' DO NOTHING",
                    approval.id(),
                    tenant,
                    requester,
                    approval.draft().requestDigest(),
                    approval.decisionDigest(),
                    ApprovalJson.draft(approval.draft()),
                    ApprovalJson.levels(approval.levels()),
                    approval.state().wireName(),
                    approval.createdAt(),
                    approval.expiresAt(),
                    approval.version(),
                    created.node(),
                    ApprovalJson.steps(created.unrecorded()));
            return inserted == 1 ? Insertion.INSERTED : Insertion.ALREADY_PENDING;
        });
    }

    @Override
    public boolean update(StoredApproval next) {
        Approval approval = next.approval();
        return database.write(sql -> {
            int updated = sql.update(
                    "UPDATE approvals SET state = $3, expires_at = $4, decided_at = $5, finished_at = $6, outcome = $7, "
                            + "version = version + 1, node = $8, unrecorded = $9 WHERE id = $1 AND version = $2",
                    approval.id(),
                    approval.version() - 1,
                    approval.state().wireName(),
                    approval.expiresAt(),
                    approval.decidedAt(),
                    approval.finishedAt(),
                    approval.outcome(),
                    next.node(),
                    ApprovalJson.steps(next.unrecorded()));
            if (updated == 1) {
                insertVotes(sql, approval);
            }
            return updated == 1;
        });
    }

    /** After the parent's version was moved on, so that nobody else adds votes meanwhile. */
    private static void insertVotes(Sql sql, Approval approval) throws SQLException {
        for (int position = 0; position < approval.votes().size(); position++) {
            Vote vote = approval.votes().get(position);
            sql.update(
                    "INSERT INTO approval_votes (approval_id, position, approver, level, approve, reason, voted_at) "
                            + "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (approval_id, position) DO NOTHING",
                    approval.id(),
                    position,
                    vote.approver(),
                    vote.level(),
                    vote.approve() ? 1 : 0,
                    vote.reason(),
                    vote.at());
        }
    }

    @Override
    public void recorded(String id, long version) {
        int _ = database.write(sql ->
                sql.update("UPDATE approvals SET unrecorded = NULL WHERE id = $1 AND version = $2", id, version));
    }

    @Override
    public Optional<StoredApproval> find(String tenant, String id) {
        return one("WHERE tenant = $1 AND id = $2", tenant, id);
    }

    @Override
    public Optional<String> tenantOf(String id) {
        return database.read(
                sql -> sql.first("SELECT tenant FROM approvals WHERE id = $1", row -> row.getString(1), id));
    }

    @Override
    public Optional<StoredApproval> findPending(String tenant, String requester, String requestDigest) {
        return one(OF_REQUEST + "AND state = 'pending_approval'", tenant, requester, requestDigest);
    }

    @Override
    public Optional<StoredApproval> findApproved(String tenant, String requester, String requestDigest, long now) {
        String where = OF_REQUEST + "AND state = 'approved' AND expires_at > $4 ORDER BY expires_at, id LIMIT 1";
        return one(where, tenant, requester, requestDigest, now);
    }

    @Override
    public List<Approval> list(String tenant, @Nullable ApprovalState state, @Nullable Position after, int limit) {
        var where = new StringBuilder("WHERE tenant = $1 ");
        var arguments = new ArrayList<Object>(List.of(tenant, limit));
        if (state != null) {
            arguments.add(state.wireName());
            where.append("AND state = $").append(arguments.size()).append(' ');
        }
        if (after != null) {
            arguments.add(after.createdAt());
            arguments.add(after.id());
            where.append("AND (created_at, id) < ($%d, $%d) ".formatted(arguments.size() - 1, arguments.size()));
        }
        return all(where.append(NEWEST).toString(), arguments.toArray()).stream()
                .map(StoredApproval::approval)
                .toList();
    }

    @Override
    public List<StoredApproval> due(long now, int limit) {
        return all(
                "WHERE state IN ('pending_approval', 'approved') AND expires_at <= $1 ORDER BY expires_at, id LIMIT $2",
                now,
                limit);
    }

    @Override
    public List<StoredApproval> unrecorded(int limit) {
        return all("WHERE unrecorded IS NOT NULL ORDER BY created_at, id LIMIT $1", limit);
    }

    @Override
    public List<StoredApproval> executing(String node) {
        return all("WHERE node = $1 AND state = 'executing' ORDER BY created_at, id", node);
    }

    private Optional<StoredApproval> one(String where, @Nullable Object... arguments) {
        return all(where, arguments).stream().findFirst();
    }

    private List<StoredApproval> all(String where, @Nullable Object... arguments) {
        return database.read(sql -> {
            var found = new ArrayList<StoredApproval>();
            for (Row row : sql.query(SELECT + where, Row::read, arguments)) {
                found.add(row.with(votes(sql, row.id())));
            }
            return found;
        });
    }

    private static List<Vote> votes(Sql sql, String id) throws SQLException {
        return sql.query(
                "SELECT approver, level, approve, reason, voted_at FROM approval_votes "
                        + "WHERE approval_id = $1 ORDER BY position",
                row -> new Vote(row.getString(1), row.getInt(2), row.getInt(3) == 1, row.getString(4), row.getLong(5)),
                id);
    }

    /** An approval without its votes. */
    private record Row(String id, StoredApproval bare) {
        static Row read(ResultSet row) throws SQLException {
            String id = row.getString("id");
            var approval = new Approval(
                    id,
                    ApprovalJson.draft(row.getString("draft")),
                    row.getString("decision_digest"),
                    ApprovalJson.levels(row.getString("levels")),
                    ApprovalState.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                    List.of(),
                    row.getLong("created_at"),
                    row.getLong("expires_at"),
                    optionalLong(row, "decided_at"),
                    optionalLong(row, "finished_at"),
                    row.getString("outcome"),
                    row.getLong("version"));
            var unrecorded = ApprovalJson.steps(row.getString("unrecorded"));
            return new Row(id, new StoredApproval(approval, row.getString("node"), unrecorded));
        }

        private static @Nullable Long optionalLong(ResultSet row, String column) throws SQLException {
            long value = row.getLong(column);
            return row.wasNull() ? null : value;
        }

        StoredApproval with(List<Vote> votes) {
            Approval approval = bare.approval();
            return new StoredApproval(
                    new Approval(
                            id,
                            approval.draft(),
                            approval.decisionDigest(),
                            approval.levels(),
                            approval.state(),
                            votes,
                            approval.createdAt(),
                            approval.expiresAt(),
                            approval.decidedAt(),
                            approval.finishedAt(),
                            approval.outcome(),
                            approval.version()),
                    bare.node(),
                    bare.unrecorded());
        }
    }
}
