UPDATE chain SET head_position = ?, head_hash = ?, foot_position = ?, foot_hash = ?
