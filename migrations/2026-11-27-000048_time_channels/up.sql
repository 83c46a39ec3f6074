-- The hotline and petitions have times of their own.
INSERT INTO rule_names (name, default_value, lowest, highest, legal_basis) VALUES
    ('dispute_hotline_accept_days', 2, 1, 30, '山东省12345热线工作规则（2020年）：非本单位职责的两个工作日内退回并说明理由'),
    ('dispute_hotline_resolve_days', 5, 1, 365, '山东省12345热线工作规则（2020年）：五个工作日内办结并答复'),
    ('dispute_hotline_extension_days', 10, 1, 90, '山东省12345热线工作规则（2020年）：特别复杂的可延长不超过十个工作日'),
    ('dispute_petition_accept_days', 15, 1, 60, '信访工作条例（2022年）第二十二条、第二十三条：十五日内登记并转送、交办（自然日）'),
    ('dispute_petition_resolve_days', 60, 1, 365, '信访工作条例（2022年）第三十四条：六十日内办结（自然日）'),
    ('dispute_petition_extension_days', 30, 1, 90, '信访工作条例（2022年）第三十四条：延长期限不得超过三十日（自然日）');
