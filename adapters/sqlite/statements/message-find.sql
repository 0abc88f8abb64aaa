SELECT spine, space, slot, recipient FROM messages WHERE provider = ? AND message_id = ?
