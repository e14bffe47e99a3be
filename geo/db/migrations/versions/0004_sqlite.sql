-- What holds now has a revision of its own: no snapshot is made anew for it.
CREATE TRIGGER fact_inserted AFTER INSERT ON fact BEGIN
  UPDATE live_revision SET value = value + 1, at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now');
END
;
CREATE TRIGGER fact_updated AFTER UPDATE ON fact BEGIN
  UPDATE live_revision SET value = value + 1, at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now');
END
;
CREATE TRIGGER fact_deleted AFTER DELETE ON fact BEGIN
  UPDATE live_revision SET value = value + 1, at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now');
END
;
-- Whoever writes the log cannot rewrite it.
CREATE TRIGGER audit_kept BEFORE DELETE ON audit BEGIN
  SELECT RAISE(ABORT, 'the log is never deleted');
END
;
CREATE TRIGGER audit_fixed BEFORE UPDATE ON audit BEGIN
  SELECT RAISE(ABORT, 'the log is never changed');
END
;
-- Pages tell who looked at a station, and at what.
CREATE TRIGGER verification_inserted AFTER INSERT ON verification BEGIN
  UPDATE revision SET value = value + 1, at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now');
END
;
CREATE TRIGGER verification_updated AFTER UPDATE ON verification BEGIN
  UPDATE revision SET value = value + 1, at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now');
END
;
CREATE TRIGGER verification_kept BEFORE DELETE ON verification BEGIN
  SELECT RAISE(ABORT, 'history is never deleted');
END
