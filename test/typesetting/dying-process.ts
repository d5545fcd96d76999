// A typesetting process that dies at its first document.
process.on('message', () => process.exit(7));
