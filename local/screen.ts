import { styleText } from 'node:util';
import { describeEvent, type Line } from './describe-event.ts';
import type { LocalEvent } from './local-event.ts';

/** Where people read what happens. */
export interface Screen {
  print(text: string): void;
  event(event: LocalEvent): void;
}

const formats = { plain: 'reset', good: 'green', bad: 'red', detail: 'dim' } as const;

/** Writes lines to a stream; colours only if it is a terminal. */
export function createScreen(stream: NodeJS.WriteStream, { verbose }: { verbose: boolean }): Screen {
  const write = ({ text, tone }: Line): void => {
    const time = styleText('dim', new Date().toTimeString().slice(0, 8), { stream });
    stream.write(`${time}  ${tone === 'plain' ? text : styleText(formats[tone], text, { stream })}\n`);
  };
  return {
    print: (text) => void stream.write(`${text}\n`),
    event: (event) => {
      const line = describeEvent(event);
      if (line && (verbose || line.tone !== 'detail')) write(line);
    },
  };
}
