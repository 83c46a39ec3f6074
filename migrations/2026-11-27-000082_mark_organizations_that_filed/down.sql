UPDATE disputes SET taken_steps = taken_steps - 0 WHERE taken_steps -> 0 ->> 'action' = 'organization';
