DROP FUNCTION is_dispute_for;
DELETE FROM rules WHERE name = 'owner_vote_suspension_days';
DELETE FROM rule_names WHERE name = 'owner_vote_suspension_days';
