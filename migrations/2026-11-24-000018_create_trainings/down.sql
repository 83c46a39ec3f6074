ALTER TABLE mediation_sessions DROP COLUMN citations;
ALTER TABLE rules DROP COLUMN citations;
ALTER TABLE responsibilities DROP COLUMN citations;
DROP FUNCTION learners_short_of_hours;
DROP FUNCTION learner_quota;
DROP FUNCTION hours_in;
DELETE FROM rules WHERE name IN ('party_member_yearly_hours', 'party_secretary_yearly_hours', 'officer_yearly_hours', 'grid_worker_yearly_hours',
    'neighborhood_worker_yearly_hours', 'committee_member_yearly_hours', 'property_manager_yearly_hours', 'training_presence_percent');
DELETE FROM rule_names WHERE name IN ('party_member_yearly_hours', 'party_secretary_yearly_hours', 'officer_yearly_hours', 'grid_worker_yearly_hours',
    'neighborhood_worker_yearly_hours', 'committee_member_yearly_hours', 'property_manager_yearly_hours', 'training_presence_percent');
DROP TRIGGER learners_subject_followed ON learners;
DROP FUNCTION follow_subject_of_learner;
DROP TABLE certificates;
DROP SEQUENCE certificate_numbers;
DROP TABLE training_enrollments;
DROP TABLE training_sessions;
DROP TABLE trainings;
ALTER TABLE mediators DROP COLUMN learner_id;
ALTER TABLE mediators ALTER COLUMN training_hours DROP DEFAULT;
DROP TABLE learners;
