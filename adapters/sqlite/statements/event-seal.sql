UPDATE events SET position = ?, hash = ? WHERE id = ?
