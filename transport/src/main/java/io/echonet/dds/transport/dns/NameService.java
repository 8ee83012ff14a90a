package io.echonet.dds.transport.dns;

import reactor.core.publisher.Mono;

/** Whoever knows what names stand for. */
interface NameService {
  /** One answer, which is also how failing is told; cancelling gives the question up. */
  Mono<Answer> ask(Question question);
}
