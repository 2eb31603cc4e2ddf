/** The API without a network: a request and its answer as values, for whoever runs in the same process. */
import { exchange, type Headers, type Question, type Reply, type Served } from './exchange.ts';

/** A request; the names of its headers are in lower case. */
export interface DirectRequest extends Omit<Question, 'text'> {
  readonly body?: string | undefined;
}

/** An answer, whose body may go on, as a watch's does. */
export interface DirectAnswer {
  readonly code: number;
  readonly headers: Headers;
  /** Throws what `end` was given, and "ECONNRESET" where the connection was broken. */
  readonly body: AsyncIterable<string>;
  /** Whoever asked listens no more. */
  end(fault?: Error): void;
}

/** Asks the API; rejects with "ECONNRESET" where the connection is broken before the answer. */
export function askDirectly(served: Served, { body = '', ...question }: DirectRequest): Promise<DirectAnswer> {
  return new Promise((resolve, reject) => {
    const pipe = openPipe();
    let [isBegun, isCut] = [false, false];
    const reply: Reply = {
      get isBegun() {
        return isBegun;
      },
      begin: (code, headers) => {
        isBegun = true;
        if (!isCut) resolve({ code, headers, body: pipe.read(), end: pipe.close });
      },
      write: pipe.write,
      end: text => {
        if (text !== undefined) pipe.write(text);
        pipe.close();
      },
      cut: () => {
        isCut = true;
        const broken = Object.assign(new Error('the connection was broken'), { code: 'ECONNRESET' });
        reject(broken);
        pipe.close(broken);
      },
      onClose: pipe.onClose,
    };
    void exchange(served, { ...question, text: async () => body }, reply);
  });
}

interface Pipe {
  write(text: string): void;
  close(fault?: Error): void;
  onClose(listener: () => void): void;
  read(): AsyncIterable<string>;
}

/** What is written before it is read waits in the pipe. */
function openPipe(): Pipe {
  const waiting: string[] = [];
  const listeners: (() => void)[] = [];
  let [isClosed, wake]: [boolean, () => void] = [false, () => undefined];
  let fault: Error | undefined;
  async function* read(): AsyncGenerator<string> {
    for (;;) {
      if (fault !== undefined) throw fault;
      const text = waiting.shift();
      if (text !== undefined) yield text;
      else if (isClosed) return;
      else
        await new Promise<void>(resolve => {
          wake = resolve;
        });
    }
  }
  return {
    read,
    write: text => {
      if (!isClosed) waiting.push(text);
      wake();
    },
    close: broken => {
      if (isClosed) return;
      [isClosed, fault] = [true, broken];
      wake();
      for (const listener of listeners) listener();
    },
    onClose: listener => {
      if (isClosed) listener();
      else listeners.push(listener);
    },
  };
}
