UPDATE chain SET head_position = $1, head_hash = $2, foot_position = $3, foot_hash = $4
