-- What a committee has to do by a day follows from the rules of its place, and is kept as it was counted. A committee that
-- was elected exists before it is filed; how large it is and where it is filed is a rule, not a part of the structure.
ALTER TABLE owners_committees
    ADD COLUMN next_due_on date,
    ADD COLUMN duties jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN measures jsonb NOT NULL DEFAULT '[]',
    DROP CONSTRAINT owners_committees_seats_odd_5_to_11,
    DROP CONSTRAINT owners_committees_in_office_is_filed,
    DROP CONSTRAINT owners_committees_term_at_most_5_years,
    ADD CONSTRAINT owners_committees_seats_odd CHECK (seats > 0 AND seats % 2 = 1) NOT VALID,
    ADD CONSTRAINT owners_committees_term_at_most_5_years CHECK (term_ends_on >= term_starts_on
        AND term_ends_on <= term_starts_on + CASE WHEN measures @> '[{"kind": "prolonged"}]'
            THEN interval '10 years' ELSE interval '5 years' END) NOT VALID;
ALTER TABLE owners_committee_members
    ADD COLUMN leave_ground text,
    ADD CONSTRAINT owners_committee_members_ground_known CHECK (
        leave_ground IN ('no_longer_owner', 'resigned', 'health', 'by_assembly')) NOT VALID;
INSERT INTO rule_names (name, default_value, lowest, highest, legal_basis) VALUES
    ('committee_least_members', 5, 3, 99, '业主大会和业主委员会指导规则（建房〔2009〕274号）：五至十一人单数'),
    ('committee_most_members', 11, 3, 99, '业主大会和业主委员会指导规则（建房〔2009〕274号）：五至十一人单数'),
    ('committee_first_meeting_days', 7, 1, 60, '业主大会和业主委员会指导规则（建房〔2009〕274号）'),
    ('committee_filing_days', 30, 1, 90, '物业管理条例（2018年修正）第十六条'),
    ('committee_district_filing', 1, 0, 1, '物业管理条例（2018年修正）第十六条'),
    ('committee_handover_days', 10, 1, 60, '业主大会和业主委员会指导规则（建房〔2009〕274号）'),
    ('committee_group_least_members', 7, 3, 99, '各地对换届小组人数的规定');
