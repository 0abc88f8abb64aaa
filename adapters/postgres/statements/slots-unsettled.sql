SELECT spine, space, slot, opens_at, closes_at FROM slots WHERE settled = 0 AND spine = $1 ORDER BY opens_at, space, slot
