#!/usr/bin/env node
import { runProgram } from './program.ts'

const code = await runProgram(process.argv.slice(2), new URL(import.meta.url))
// What a module does when it is loaded may keep a process alive that has nothing left to do. A pipe
// takes a long text in pieces, and the last must have left.
process.stdout.write('', () => process.exit(code))
