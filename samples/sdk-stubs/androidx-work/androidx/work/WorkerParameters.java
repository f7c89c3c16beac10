package androidx.work;

import java.util.concurrent.Executor;

/** Stand-in. */
public final class WorkerParameters {
    private final Executor background;

    public WorkerParameters(Executor background) {
        this.background = background;
    }

    public Executor getBackgroundExecutor() {
        return background;
    }
}
