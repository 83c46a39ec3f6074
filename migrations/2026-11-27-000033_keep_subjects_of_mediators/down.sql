DROP TRIGGER mediators_subjects_kept ON mediators;
ALTER TABLE mediators DROP COLUMN linked_subjects;
