-- Whoever ever signed in as a mediator decides nothing about that mediator, nor seals what was mediated then.
ALTER TABLE mediators ADD COLUMN linked_subjects jsonb NOT NULL DEFAULT '[]';
CREATE TRIGGER mediators_subjects_kept BEFORE INSERT OR UPDATE OF subject ON mediators
    FOR EACH ROW EXECUTE FUNCTION keep_linked_subjects();
