package io.github.bge4j.internal.runtime;

import ai.onnxruntime.OrtException;
import io.github.bge4j.BgeException;
import io.github.bge4j.Device;
import io.github.bge4j.DeviceException;
import io.github.bge4j.Output;
import io.github.bge4j.batching.BatchContext;
import io.github.bge4j.internal.text.PackedBatch;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One model, open on one or several devices: a run goes to the device of the worker that asks, so
 * that no thread runs on more than one, until one is taken out.
 *
 * <p>A device that fails for good is taken out, and that is logged: its workers go to the one that
 * has fewest, and what they were running is run again there. So its callers notice nothing but a
 * slower answer, until no device is left.
 *
 * <p>Owns the sessions.
 */
public final class MultiDeviceSession implements EncoderSession {

  private static final Logger LOG = LoggerFactory.getLogger(MultiDeviceSession.class);

  /** One run computes while another is prepared; more only take memory. */
  private static final int RUNS_AT_ONCE = 2;

  /** What ONNX Runtime says of a call of CUDA, or of its BLAS, that failed. */
  private static final Pattern FAILURE = Pattern.compile("(CUDA|CUBLAS) failure (\\d+)");

  /**
   * Errors of CUDA after which a process cannot use the device any more: it is not available, its
   * memory or link is damaged, a kernel has crashed or was ended, or nothing is known.
   */
  private static final Set<Integer> LOST =
      Set.of(46, 214, 220, 700, 702, 709, 710, 714, 715, 716, 717, 718, 719, 999);

  /** By these its BLAS says that a kernel has crashed. */
  private static final Set<Integer> LOST_IN_BLAS = Set.of(13, 14);

  private final List<Place> places;
  /** Where the workers of each device run, shape {@code [devices]}; guarded by this. */
  private final Place[] homes;

  /** Why the last device was taken out; guarded by this. */
  private @Nullable BgeException lastFailure;

  /**
   * Takes over sessions of one model.
   *
   * @param sessions at least one, in the order of the executor's devices
   */
  public MultiDeviceSession(Map<Device, EncoderSession> sessions) {
    places = sessions.entrySet().stream()
        .map(entry -> new Place(entry.getKey(), entry.getValue()))
        .toList();
    homes = places.toArray(Place[]::new);
  }

  @Override
  public Set<Output> outputs() {
    return places.get(0).session.outputs();
  }

  @Override
  public int dimension() {
    return places.get(0).session.dimension();
  }

  @Override
  public boolean mixesTexts() {
    return places.get(0).session.mixesTexts();
  }

  @Override
  public boolean packs() {
    return places.get(0).session.packs();
  }

  @Override
  public int maxRunTokens() {
    return places.stream().mapToInt(place -> place.session.maxRunTokens()).min().orElseThrow();
  }

  @Override
  public int devices() {
    return places.size();
  }

  /**
   * Runs one batch, again on another device if one fails for good.
   *
   * @throws DeviceException if no device is left
   */
  @Override
  public EncoderOutput run(PackedBatch batch, Set<Output> asked, @Nullable BatchContext context) {
    int worker = context == null ? 0 : context.device();
    int wanted = 1;
    while (true) {
      Place place = homeOf(worker);
      int held = wanted;
      place.runs.acquireUninterruptibly(held);
      try {
        return place.session.run(batch, asked, context);
      } catch (BgeException e) {
        if (isLost(e)) {
          takeOut(place, e);
        } else if (held == 1 && batch.texts() == 1 && OnnxModel.isOutOfMemory(e)) {
          // The run beside it may have had the memory; a larger batch is divided by who asked.
          wanted = RUNS_AT_ONCE;
        } else {
          throw e;
        }
      } finally {
        place.runs.release(held);
      }
    }
  }

  private synchronized Place homeOf(int device) {
    Place home = homes[device];
    if (home.lost) {
      throw new DeviceException(
          home.device,
          DeviceException.Reason.LOST,
          "a device of the model must work: " + names(places)
              + " failed for good, the last one so: "
              + (lastFailure == null ? "" : lastFailure.getMessage())
              + "; start the process anew, and see the driver's log",
          lastFailure);
    }
    return home;
  }

  private synchronized void takeOut(Place lost, BgeException cause) {
    if (lost.lost) {
      return;
    }
    lost.lost = true;
    lastFailure = cause;
    List<Place> left = places.stream().filter(place -> !place.lost).toList();
    LOG.error(
        "{} failed for good and is not used any more; left: {}",
        lost.device,
        left.isEmpty() ? "none" : names(left),
        cause);
    for (int i = 0; i < homes.length && !left.isEmpty(); i++) {
      if (homes[i] == lost) {
        homes[i] = leastUsed(left);
      }
    }
  }

  private Place leastUsed(List<Place> left) {
    Place least = left.get(0);
    for (Place place : left) {
      if (uses(place) < uses(least)) {
        least = place;
      }
    }
    return least;
  }

  private long uses(Place place) {
    return Arrays.stream(homes).filter(home -> home == place).count();
  }

  private static String names(List<Place> places) {
    return places.stream().map(place -> place.device.toString()).collect(Collectors.joining(", "));
  }

  /** Tells whether the device of a run that failed cannot be used any more. */
  static boolean isLost(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      Matcher said = FAILURE.matcher(String.valueOf(each.getMessage()));
      if (each instanceof OrtException && said.find()) {
        Set<Integer> fatal = said.group(1).equals("CUDA") ? LOST : LOST_IN_BLAS;
        return fatal.contains(Integer.valueOf(said.group(2)));
      }
    }
    return false;
  }

  /** A device that was taken out may fail to close, too. */
  @Override
  public void close() {
    RuntimeException failure = null;
    for (Place place : places) {
      try {
        place.session.close();
      } catch (RuntimeException e) {
        if (!isLost(e) && failure != null) {
          failure.addSuppressed(e);
        } else if (!isLost(e)) {
          failure = e;
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static final class Place {

    private final Device device;
    private final EncoderSession session;
    /** Fair, or a run that wants the device for itself would never have it. */
    private final Semaphore runs = new Semaphore(RUNS_AT_ONCE, true);
    /** Guarded by the session of all. */
    private boolean lost;

    private Place(Device device, EncoderSession session) {
      this.device = device;
      this.session = session;
    }
  }
}
