SELECT spine, space, slot, recipient FROM messages WHERE provider = $1 AND message_id = $2
