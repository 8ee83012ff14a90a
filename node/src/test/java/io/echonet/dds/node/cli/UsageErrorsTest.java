package io.echonet.dds.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsageErrorsTest {
  private static final String CID = "4QSe3aqTW1NRoWyQXCpTs9EyYGzL9PL3bCSzzxvFyTtR";
  private static final String PEER = "12D3KooWJ1nXAxKaGeLNgZqzNQX76UHAY7Q7xVFbffCJUUAnuU8G";

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        // What is typed | the value or option that is named
        "get | CID",
        "get abc --bootstrap /ip4/127.0.0.1/tcp/1 | 'abc' is no CID",
        "get {cid}0 --bootstrap /ip4/127.0.0.1/tcp/1 | '{cid}0' is no CID",
        "get {cid} | --bootstrap",
        "get {cid} --bootstrap 127.0.0.1:4001 | '127.0.0.1:4001' is no multiaddr",
        "get {cid} --bootstrap /ip4/127.0.0.1/tcp/99999 | '99999' is no tcp port",
        "get {cid} --bootstrap /ip4/127.0.0.1/udp/1 | '/ip4/127.0.0.1/udp/1' (--bootstrap)",
        "get {cid} --bootstrap /ip4/127.0.0.1/tcp/1/p2p/xyz | 'xyz' is no peer id",
        "get {cid} --bootstrap /ip4/127.0.0.1/tcp/1 --timeout 3 | '3' is no time",
        "get {cid} --bootstrap /ip4/127.0.0.1/tcp/1 --timeout 0s | '0s' is not between",
        "get {cid} --bootstrap /ip4/127.0.0.1/tcp/1 --timeout -5s | '-5s' is no time",
        "get {cid} --bootstrap /ip4/127.0.0.1/tcp/1 --timeout 25h | '25h' is not between",
        "get {cid} --bootstrap /ip4/127.0.0.1/tcp/1 -o {folder} | '{folder}' is a folder",
        "get {cid} --bootstrap /ip4/127.0.0.1/tcp/1 --fast | '--fast'",
        "get {cid} --bootstrap /ip4/127.0.0.1/tcp/1 --qiet | '--qiet' is no option",
        "get {cid} {cid} --bootstrap /ip4/127.0.0.1/tcp/1 | '{cid}' is one argument too many",
        "get --fast | '--fast'",
        "get {cid} --bootstrap /ip4/127.0.0.1/tcp/1 --kad-protocol x | 'x' (--kad-protocol)",
        "manifest 0OIl --bootstrap /ip4/127.0.0.1/tcp/1 | '0OIl' is no CID",
        "providers {cid} --bootstrap x | 'x' is no multiaddr",
        "ping nowhere | 'nowhere' is no multiaddr",
        "ping /dns4/localhost/udp/1 | '/dns4/localhost/udp/1' (MULTIADDR)",
        "ping /ip4/127.0.0.1/tcp/1 -c none | 'none' is no whole number",
        "ping /ip4/127.0.0.1/tcp/1 -c 0 | '0' (--count)",
        "id | --data",
        "node --data {folder}/d | --listen",
        "node --listen /ip4/127.0.0.1/tcp/0 | --data",
        "node --data {folder}/d --listen /ip4/127.0.0.1 | '/ip4/127.0.0.1' (--listen)",
        "node --data {folder}/d --listen /dns/localhost/tcp/1 | '/dns/localhost/tcp/1' (--listen)",
        "node --data {folder}/d --listen /ip4/127.0.0.1/tcp/1/p2p/{peer} | (--listen)",
        "node --data {folder}/d --light --announce /ip4/1.2.3.4/tcp/1 | --announce needs --listen",
        "publish {folder}/none --data {folder}/d --replication 1 | '{folder}/none'",
        "publish {folder} --data {folder}/d --replication 1 | '{folder}' is a folder",
        "publish - --data {folder}/d --replication 0 | '0' (--replication)",
        "publish - --data {folder}/d --replication 65 | '65' (--replication)",
        "publish - --data {folder}/d --replication many | 'many' is no whole number",
        "publish - --data {folder}/d | --bootstrap",
        "publish - --data {folder}/d --replication 1 --name a/b | 'a/b'",
        "publish - --data {folder}/d --replication 1 --name .. | '..'",
        "publish - --data {folder}/d --replication 1 --listen /ip4/127.0.0.1/tcp/0 | --stay",
        "publish - --data {folder}/d --quota much | 'much' is no size",
        "publish - --data {folder}/d --store heap | 'heap' is no kind of store",
        "store migrate --data {folder} | --to",
        "store migrate --to segment | --data",
        "store migrate --to heap --data {folder} | 'heap' is no kind of store",
        "pin add {cid} | --data",
        "pin add abc --data {folder} | 'abc' is no CID",
        "pin ls {cid} --data {folder} | '{cid}' is one argument too many",
        "launch | 'launch' is no command",
        "publsh | 'publsh' is no command; did you mean publish?",
        "--launch | '--launch' is no option",
      })
  void areOneLineThatNamesTheValueAndAHint(String typed, String named) {
    ProgramRun run = ProgramRun.of(filled(typed).split(" "));

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).hasSize(2);
    assertThat(run.err().lines().findFirst().orElseThrow())
        .startsWith("dds: ")
        .contains(filled(named));
    assertThat(run.err()).containsPattern("(?m)^try 'dds.* --help'$");
  }

  /** What an unset variable of the shell gives; as a path it would be the present folder. */
  @Test
  void areEmptyNamesToo() {
    List<ProgramRun> runs =
        List.of(
            ProgramRun.of("id", "--data", ""),
            ProgramRun.of("publish", "", "--data", folder + "/d", "--replication", "1"),
            ProgramRun.of("get", CID, "--bootstrap", "/ip4/127.0.0.1/tcp/1", "-o", ""));

    assertThat(runs).allMatch(run -> run.code() == 2);
    assertThat(runs).allMatch(run -> run.err().startsWith("dds: '' "));
  }

  @Test
  void leaveNothingBehind() {
    ProgramRun.of("node", "--data", folder + "/d");
    ProgramRun.of("publish", folder + "/none", "--data", folder + "/d", "--replication", "1");

    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void showWhereTheyComeFromWhenAsked() {
    ProgramRun run = ProgramRun.of("get", "abc", "--verbose");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("\tat io.echonet.dds");
  }

  @Test
  void nameThePeerThatAnAnnouncedAddressMustNotBe() {
    List<String> arguments = new ArrayList<>(List.of("node", "--data", folder + "/d"));
    arguments.addAll(List.of("--listen", "/ip4/127.0.0.1/tcp/0"));
    arguments.addAll(List.of("--announce", "/ip4/127.0.0.1/tcp/1/p2p/" + PEER));

    ProgramRun run = ProgramRun.of(arguments.toArray(String[]::new));

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains(PEER).contains("(--announce) names another peer");
  }

  private String filled(String template) {
    return template
        .replace("{cid}", CID)
        .replace("{peer}", PEER)
        .replace("{folder}", folder.toString());
  }
}
