package androidx.work;

import android.content.Context;
import java.util.concurrent.Executor;

/** Stand-in: work that the library starts, made from its class's name. */
public abstract class ListenableWorker {
    private final Context context;
    private final WorkerParameters parameters;

    /** Stand-in. */
    public abstract static class Result {
        public static Result success() {
            return new Success();
        }

        public static Result retry() {
            return new Retry();
        }

        static final class Success extends Result {}

        static final class Retry extends Result {}
    }

    public ListenableWorker(Context context, WorkerParameters parameters) {
        this.context = context;
        this.parameters = parameters;
    }

    public final Context getApplicationContext() {
        return context;
    }

    public Executor getBackgroundExecutor() {
        return parameters.getBackgroundExecutor();
    }

    public abstract void startWork();
}
