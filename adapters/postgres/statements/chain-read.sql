SELECT head_position, head_hash, foot_position, foot_hash FROM chain
