-- Routes and the basemap change with the streets.
CREATE TRIGGER streets_changed AFTER INSERT OR UPDATE OR DELETE ON streets
  FOR EACH STATEMENT EXECUTE FUNCTION revision_moves()
