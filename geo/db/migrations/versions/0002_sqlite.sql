-- Routes and the basemap change with the streets.
CREATE TRIGGER streets_inserted AFTER INSERT ON streets BEGIN
  UPDATE revision SET value = value + 1, at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now');
END
;
CREATE TRIGGER streets_updated AFTER UPDATE ON streets BEGIN
  UPDATE revision SET value = value + 1, at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now');
END
;
CREATE TRIGGER streets_deleted AFTER DELETE ON streets BEGIN
  UPDATE revision SET value = value + 1, at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now');
END
