-- Every change of what the pages show moves the revision. SQLite has triggers per row only.
CREATE TRIGGER station_inserted AFTER INSERT ON station BEGIN
  UPDATE revision SET value = value + 1, at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now');
END
;
CREATE TRIGGER station_updated AFTER UPDATE ON station BEGIN
  UPDATE revision SET value = value + 1, at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now');
END
;
CREATE TRIGGER area_inserted AFTER INSERT ON area BEGIN
  UPDATE revision SET value = value + 1, at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now');
END
;
CREATE TRIGGER area_updated AFTER UPDATE ON area BEGIN
  UPDATE revision SET value = value + 1, at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now');
END
;
CREATE TRIGGER area_deleted AFTER DELETE ON area BEGIN
  UPDATE revision SET value = value + 1, at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now');
END
;
CREATE TRIGGER landmark_inserted AFTER INSERT ON landmark BEGIN
  UPDATE revision SET value = value + 1, at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now');
END
;
CREATE TRIGGER landmark_updated AFTER UPDATE ON landmark BEGIN
  UPDATE revision SET value = value + 1, at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now');
END
;
CREATE TRIGGER landmark_deleted AFTER DELETE ON landmark BEGIN
  UPDATE revision SET value = value + 1, at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now');
END
;
CREATE TRIGGER holiday_table_inserted AFTER INSERT ON holiday_table BEGIN
  UPDATE revision SET value = value + 1, at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now');
END
;
CREATE TRIGGER holiday_table_updated AFTER UPDATE ON holiday_table BEGIN
  UPDATE revision SET value = value + 1, at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now');
END
;
CREATE TRIGGER holiday_table_deleted AFTER DELETE ON holiday_table BEGIN
  UPDATE revision SET value = value + 1, at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now');
END
;
-- Nothing is ever deleted, only closed with a reason.
CREATE TRIGGER station_kept BEFORE DELETE ON station BEGIN
  SELECT RAISE(ABORT, 'stations are never deleted: close them with a reason');
END
;
CREATE TRIGGER change_kept BEFORE DELETE ON change BEGIN
  SELECT RAISE(ABORT, 'history is never deleted');
END
