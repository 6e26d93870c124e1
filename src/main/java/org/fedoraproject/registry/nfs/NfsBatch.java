package org.fedoraproject.registry.nfs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Small files that are put in place together, in stages: each file whole or not at all, and none before all of the stages
 * before it are durable. The content of all is written and forced at once, outside the directories that readers look into;
 * so what remains to wait for, stage by stage, are the names.
 *
 * <p>A crash leaves whole stages and any part of one more, never a name whose content, or whose earlier stage, may be lost; and
 * temporary files, which are swept up later. So does a failure, except that the temporary files go at once. Either may be
 * repeated. For one thread, while its connection is open.
 */
public final class NfsBatch {
    private record Draft(Path path, Path file, byte[] content) {}

    private record Stage(List<Draft> drafts, List<Path> kept) {
        Stage() {
            this(new ArrayList<>(), new ArrayList<>());
        }
    }

    private final NfsConnectionFactory factory;
    private final NfsConnection connection;
    private final List<Stage> stages = new ArrayList<>(List.of(new Stage()));

    NfsBatch(NfsConnectionFactory factory, NfsConnection connection) {
        this.factory = factory;
        this.connection = connection;
    }

    /** Adds a file to the stage, which replaces what is there. Directories above are made as needed. */
    public void write(Path file, byte[] content) {
        Path draft = factory.temporary().resolve(UUID.randomUUID().toString());
        stages.getLast().drafts().add(new Draft(draft, file, content));
    }

    /** Adds a file that is in place already, but whose name another request may not have made durable yet. */
    public void keep(Path file) {
        stages.getLast().kept().add(file);
    }

    /** What is added from now on is put in place when all before is durable. */
    public void then() {
        stages.add(new Stage());
    }

    /** Does it all; durable on return. */
    public void run() throws IOException {
        List<Draft> drafts =
                stages.stream().flatMap(stage -> stage.drafts().stream()).toList();
        try {
            factory.atOnce(drafts, draft -> NfsConnection.writeDraft(draft.path(), draft.content()));
            for (Stage stage : stages) {
                place(stage);
            }
        } catch (NfsUnavailableException e) {
            throw e; // drafts may still be under way; the sweep deletes them
        } catch (IOException e) {
            for (Draft draft : drafts) {
                Files.deleteIfExists(draft.path());
            }
            throw e;
        }
    }

    private void place(Stage stage) throws IOException {
        Set<Path> changed = new HashSet<>();
        stage.kept().forEach(file -> changed.add(file.getParent()));
        for (Draft draft : stage.drafts()) {
            changed.addAll(connection.name(draft.path(), draft.file()));
        }
        List<Path> deepestFirst = changed.stream()
                .sorted(Comparator.comparingInt(Path::getNameCount).reversed())
                .toList();
        for (Path directory : deepestFirst) {
            connection.force(directory);
        }
    }
}
